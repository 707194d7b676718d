package io.middleware.paging.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import javax.xml.parsers.DocumentBuilderFactory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import software.amazon.awssdk.services.sqs.SqsClient;

import io.middleware.paging.local.engine.DynamoDbEngine;
import io.middleware.paging.local.engine.SqsEngine;
import io.middleware.paging.local.lambda.FunctionLogs;
import io.middleware.paging.local.lambda.LambdaEmulator;
import io.middleware.paging.local.lambda.LambdaLimits;
import io.middleware.paging.local.pagerduty.FakePagerDuty;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.queue.EventSourcePoller;
import io.middleware.paging.local.template.DeployedTemplate;
import io.middleware.paging.local.template.FunctionDefinition;
import io.middleware.paging.local.template.SamTemplate;

/** What the documented commands ask AWS, asked of the local cloud over the wire. */
class GatewayTest {

    @TempDir
    static Path directory;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private static SqsEngine sqsEngine;
    private static SqsClient sqs;
    private static DeployedTemplate stack;
    private static LambdaEmulator lambda;
    private static EventSourcePoller poller;
    private static Gateway gateway;
    private static FakePagerDuty pagerDuty;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        sqsEngine = SqsEngine.start();
        sqs = sqsEngine.client();
        URI dynamoDb = DynamoDbEngine.shared().endpoint();
        stack = DeployedTemplate.deploy(
                SamTemplate.read(Path.of("template.yaml"), "gateway", Map.of("RatePerMinute", "120")),
                dynamoDb,
                sqsEngine.endpoint());
        FunctionDefinition notify = stack.functions().stream()
                .filter(function -> function.exportName().equals("notify"))
                .findFirst()
                .orElseThrow();
        poller = new EventSourcePoller(
                notify.eventSources().get(0),
                stack.queue("AlertQueue").url(),
                sqs,
                sqs,
                event -> {
                    received.add(new String(event, StandardCharsets.UTF_8));
                    return Optional.of("{\"batchItemFailures\":[]}".getBytes(StandardCharsets.UTF_8));
                },
                1,
                problem -> {});
        lambda = new LambdaEmulator(
                stack.functions(), null, Map.of(), Map.of(), LambdaLimits.DEFAULT, new FunctionLogs(directory));
        pagerDuty = FakePagerDuty.start(Clock.systemUTC());
        gateway = Gateway.bind(0);
        gateway.serve(
                new LambdaApi(
                        lambda,
                        new EventSourceApi(List.of(new EventSourceApi.Mapping(
                                notify, notify.eventSources().get(0), poller))),
                        problem -> {}),
                new CloudFormationApi(stack),
                new Endpoints(
                        gateway.endpoint(),
                        sqsEngine.endpoint(),
                        stack.queue("AlertQueue").url(),
                        stack.queue("DeadLetterQueue").url(),
                        dynamoDb,
                        dynamoDb,
                        pagerDuty.us().url(),
                        pagerDuty.eu().url()),
                "the page");
    }

    @AfterAll
    static void end() {
        gateway.close();
        pagerDuty.close();
        lambda.close();
        poller.close();
        sqs.close();
        sqsEngine.close();
    }

    @Test
    void bothRegionsOfPagerDutyAreFoundBelowItsAddress() throws Exception {
        assertThat(userOf("us", Sample.MANAGER_TOKEN).statusCode()).isEqualTo(200);
        assertThat(userOf("eu", Sample.MANAGER_TOKEN).statusCode()).isEqualTo(401);
        assertThat(userOf("eu", Sample.EU_TOKEN).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> userOf(String region, String token) throws Exception {
        return http.send(
                HttpRequest.newBuilder(
                                gateway.endpoint().resolve("/_pagerduty/" + region + "/users/me?include%5B%5D=x"))
                        .header("Authorization", "Token token=" + token)
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void itListensToThisMachineAloneUnlessToldOtherwise() throws Exception {
        String elsewhere = "127.0.0.2";
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "http://" + elsewhere + ":" + gateway.endpoint().getPort() + "/"))
                .build();

        assertThatThrownBy(() -> http.send(request, BodyHandlers.ofString())).isInstanceOf(ConnectException.class);

        try (Gateway open = Gateway.bind(elsewhere, 0)) {
            assertThat(open.endpoint().getHost()).isEqualTo(elsewhere);
        }
        try (Gateway open = Gateway.bind("0.0.0.0", 0)) {
            assertThat(open.endpoint().getHost()).isEqualTo("localhost");
        }
    }

    @Test
    void whatIsNoAddressOfThisMachineIsRefused() {
        assertThatThrownBy(() -> Gateway.bind("192.0.2.1", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dlocal.host=192.0.2.1 is no address of this machine");
        assertThatThrownBy(() -> Gateway.bind("127.0.0.1", gateway.endpoint().getPort()))
                .isInstanceOf(PortInUseException.class);
    }

    @Test
    void aTablesAQueuesAndAFunctionsNameAreFoundByTheirLogicalIds() throws Exception {
        assertThat(physicalId("Deliveries")).isEqualTo("gateway-Deliveries");
        assertThat(physicalId("DeadLetterQueue"))
                .isEqualTo(stack.queue("DeadLetterQueue").url());
        assertThat(physicalId("Notify")).isEqualTo("gateway-notify");
    }

    @Test
    void aStackOrAResourceThatIsNotThereIsRefusedByName() throws Exception {
        HttpResponse<String> other = ask("DescribeStacks", "StackName=paging");
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(element(other, "Code")).isEqualTo("ValidationError");
        assertThat(element(other, "Message")).contains("paging does not exist").contains("one stack: gateway");

        HttpResponse<String> missing = ask("DescribeStackResource", "StackName=gateway&LogicalResourceId=Nope");
        assertThat(missing.statusCode()).isEqualTo(400);
        assertThat(element(missing, "Message")).isEqualTo("Resource Nope does not exist for stack gateway");
    }

    @Test
    void theStackTellsItsParametersAndOutputs() throws Exception {
        HttpResponse<String> stacks = ask("DescribeStacks", "StackName=gateway");

        assertThat(stacks.statusCode()).isEqualTo(200);
        assertThat(stacks.body())
                .contains("<ParameterKey>RatePerMinute</ParameterKey><ParameterValue>120</ParameterValue>")
                .contains("<OutputKey>AlertQueueUrl</OutputKey><OutputValue>"
                        + stack.queue("AlertQueue").url() + "</OutputValue>");
    }

    @Test
    void aChangeOfParametersIsRefusedAndNotSilentlyIgnored() throws Exception {
        HttpResponse<String> update = ask("UpdateStack", "StackName=gateway");

        assertThat(update.statusCode()).isEqualTo(400);
        assertThat(element(update, "Message")).contains("cannot change the parameters");
    }

    @Test
    void theOlderProtocolOfSqsStillReachesSqs() throws Exception {
        HttpResponse<String> queues = form("Action=ListQueues&Version=2012-11-05");

        assertThat(queues.statusCode()).isEqualTo(200);
        assertThat(queues.body()).contains(stack.queue("AlertQueue").url());
    }

    @Test
    void aDisabledEventSourceHoldsAlertsBackUntilItIsEnabled() throws Exception {
        JsonNode mapping = mapping();
        assertThat(mapping.path("State").asText()).isEqualTo("Enabled");
        String path =
                "/2015-03-31/event-source-mappings/" + mapping.path("UUID").asText();

        JsonNode disabled = put(path, "{\"Enabled\":false}");
        assertThat(disabled.path("State").asText()).isEqualTo("Disabled");
        assertThat(mapping().path("State").asText()).isEqualTo("Disabled");
        sqs.sendMessage(
                request -> request.queueUrl(stack.queue("AlertQueue").url()).messageBody("held back"));
        assertThat(received).isEmpty();

        assertThat(put(path, "{\"Enabled\":true}").path("State").asText()).isEqualTo("Enabled");
        assertThat(received.poll(60, TimeUnit.SECONDS)).contains("held back");
    }

    @Test
    void noFunctionsConcurrencyIsLimited() throws Exception {
        HttpResponse<String> answer = get("/2019-09-30/functions/gateway-notify/concurrency");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
    }

    @Test
    void whoAsksForAlarmsIsToldThatThereAreNone() throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(gateway.endpoint().resolve("/"))
                        .header("X-Amz-Target", "GraniteServiceVersion20100801.DescribeAlarms")
                        .header(
                                "Authorization",
                                "AWS4-HMAC-SHA256 Credential=local/20261123/us-east-1/monitoring/aws4_request, Signature=0")
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("The local cloud has no alarms");
    }

    private String physicalId(String logicalId) throws Exception {
        HttpResponse<String> answer = ask("DescribeStackResource", "StackName=gateway&LogicalResourceId=" + logicalId);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return element(answer, "PhysicalResourceId");
    }

    private JsonNode mapping() throws Exception {
        JsonNode mappings = JSON.readTree(get("/2015-03-31/event-source-mappings/?FunctionName=gateway-notify")
                        .body())
                .path("EventSourceMappings");
        assertThat(mappings).hasSize(1);
        return mappings.path(0);
    }

    private HttpResponse<String> ask(String action, String fields) throws Exception {
        return form("Action=" + action + "&Version=2010-05-15&" + fields);
    }

    private HttpResponse<String> form(String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(gateway.endpoint().resolve("/"))
                        .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(gateway.endpoint().resolve(path)).build(), BodyHandlers.ofString());
    }

    private JsonNode put(String path, String body) throws Exception {
        return JSON.readTree(http.send(
                        HttpRequest.newBuilder(gateway.endpoint().resolve(path))
                                .PUT(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .body());
    }

    private static String element(HttpResponse<String> answer, String name) throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(answer.body().getBytes(StandardCharsets.UTF_8)));
        return document.getElementsByTagName(name).item(0).getTextContent();
    }
}
