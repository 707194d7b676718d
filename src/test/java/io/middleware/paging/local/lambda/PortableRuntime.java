package io.middleware.paging.local.lambda;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;

/**
 * Main class of a function's process where AWS's runtime interface client has no native library. Runs in that process
 * alone, with nothing else of this project's tests on its class path.
 */
public final class PortableRuntime {

    private PortableRuntime() {}

    /** @param arguments the handler, as {@code class::method} */
    public static void main(String[] arguments) throws Exception {
        URI api = URI.create("http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/");
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        RequestStreamHandler handler;
        try {
            handler = (RequestStreamHandler) Class.forName(arguments[0].split("::")[0])
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            e.printStackTrace();
            post(client, api.resolve("init/error"), error(e));
            System.exit(1);
            return;
        }
        while (true) {
            HttpResponse<byte[]> next = client.send(
                    HttpRequest.newBuilder(api.resolve("invocation/next")).build(), BodyHandlers.ofByteArray());
            Invocation invocation = new Invocation(next);
            try {
                ByteArrayOutputStream answer = new ByteArrayOutputStream();
                handler.handleRequest(new ByteArrayInputStream(next.body()), answer, invocation);
                post(
                        client,
                        api.resolve("invocation/" + invocation.getAwsRequestId() + "/response"),
                        answer.toByteArray());
            } catch (IOException | RuntimeException e) {
                e.printStackTrace();
                post(client, api.resolve("invocation/" + invocation.getAwsRequestId() + "/error"), error(e));
            }
        }
    }

    private static void post(HttpClient client, URI uri, byte[] body) throws IOException, InterruptedException {
        client.send(
                HttpRequest.newBuilder(uri)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.discarding());
    }

    private static byte[] error(Throwable problem) {
        String message = String.valueOf(problem.getMessage())
                .replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replaceAll("\\p{Cntrl}", " ");
        return ("{\"errorType\":\"" + problem.getClass().getName() + "\",\"errorMessage\":\"" + message + "\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static final class Invocation implements Context, LambdaLogger {

        private final HttpResponse<byte[]> next;

        Invocation(HttpResponse<byte[]> next) {
            this.next = next;
        }

        @Override
        public String getAwsRequestId() {
            return header("Lambda-Runtime-Aws-Request-Id");
        }

        @Override
        public String getInvokedFunctionArn() {
            return header("Lambda-Runtime-Invoked-Function-Arn");
        }

        @Override
        public int getRemainingTimeInMillis() {
            return (int) (Long.parseLong(header("Lambda-Runtime-Deadline-Ms")) - System.currentTimeMillis());
        }

        @Override
        public String getLogGroupName() {
            return System.getenv("AWS_LAMBDA_LOG_GROUP_NAME");
        }

        @Override
        public String getLogStreamName() {
            return System.getenv("AWS_LAMBDA_LOG_STREAM_NAME");
        }

        @Override
        public String getFunctionName() {
            return System.getenv("AWS_LAMBDA_FUNCTION_NAME");
        }

        @Override
        public String getFunctionVersion() {
            return System.getenv("AWS_LAMBDA_FUNCTION_VERSION");
        }

        @Override
        public int getMemoryLimitInMB() {
            return Integer.parseInt(System.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
        }

        @Override
        public CognitoIdentity getIdentity() {
            return null;
        }

        @Override
        public ClientContext getClientContext() {
            return null;
        }

        @Override
        public LambdaLogger getLogger() {
            return this;
        }

        @Override
        public void log(String message) {
            System.out.println(message);
        }

        @Override
        public void log(byte[] message) {
            log(new String(message, StandardCharsets.UTF_8));
        }

        private String header(String name) {
            return next.headers().firstValue(name).orElse("");
        }
    }
}
