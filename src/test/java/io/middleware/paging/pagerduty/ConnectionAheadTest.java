package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.inject.Inject;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.tls.TlsConfigurationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.Sample;

/** A connection that is opened before there is anything to say, as PagerDuty's end of it sees it. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class ConnectionAheadTest {
    private static final String ANSWER =
            "{\"user\":{\"id\":\"PUSR001\",\"email\":\"a@example.com\",\"role\":\"owner\"}}";

    @Inject
    ObjectMapper json;

    @Inject
    TlsConfigurationRegistry tls;

    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private ServerSocket server;
    private PagerDuty pagerDuty;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::accept);
        accepting.setDaemon(true);
        accepting.start();
        URI url = URI.create("http://127.0.0.1:" + server.getLocalPort());
        pagerDuty = new PagerDuty(new PagerDutyCalls(
                new FixedPagerDutyConfig(url, url, Duration.ofSeconds(20)), json, tls, Clock.systemUTC()));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    @Test
    void firstCallGoesOverItAndItCarriesNothingElse() {
        pagerDuty.connect(Region.US);
        pagerDuty.connect(Region.US);

        Answer<User> answer = me();

        assertThat(answer).isInstanceOf(Answer.Success.class);
        assertThat(connections).hasSize(1);
        assertThat(requests).containsExactly("GET /users/me HTTP/1.1");
    }

    @Test
    void whereNobodyListensTheFirstCallSaysSo() throws IOException {
        server.close();

        pagerDuty.connect(Region.US);

        assertThat(((Answer.Failed<User>) me()).failure().kind()).isEqualTo(Failure.Kind.UNREACHABLE);
    }

    @Test
    void oneThatPagerDutyClosedMeanwhileIsNotUsed() throws IOException {
        pagerDuty.connect(Region.US);
        // The client's end is open before the server has taken its own.
        await().until(() -> connections.size() == 1);
        connections.get(0).close();

        Answer<User> answer = me();

        assertThat(answer).isInstanceOf(Answer.Success.class);
        assertThat(requests).hasSize(1);
    }

    private Answer<User> me() {
        return pagerDuty.me(
                new Access(Region.US, new ApiToken(Sample.MANAGER_TOKEN)),
                Deadline.after(Duration.ofSeconds(60), Clock.systemUTC()));
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.add(connection);
                Thread serving = new Thread(() -> serve(connection));
                serving.setDaemon(true);
                serving.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try {
            InputStream in = connection.getInputStream();
            StringBuilder head = new StringBuilder();
            for (int next = in.read(); next >= 0; next = in.read()) {
                head.append((char) next);
                if (head.toString().endsWith("\r\n\r\n")) {
                    requests.add(head.toString().lines().findFirst().orElse(""));
                    head.setLength(0);
                    connection
                            .getOutputStream()
                            .write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                                            + ANSWER.length() + "\r\n\r\n" + ANSWER)
                                    .getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException closed) {
            // By the test, or by the client.
        }
    }
}
