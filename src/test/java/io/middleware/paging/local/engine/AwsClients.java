package io.middleware.paging.local.engine;

import java.net.URI;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** AWS clients for an emulated endpoint, and the account they pretend to be. The caller closes each client. */
public final class AwsClients {

    public static final String REGION = "us-east-1";
    public static final String ACCOUNT_ID = "000000000000";
    public static final String ACCESS_KEY_ID = "local";
    public static final String SECRET_ACCESS_KEY = "local";

    private AwsClients() {}

    public static DynamoDbClient dynamoDb(URI endpoint) {
        return dynamoDb(endpoint, ACCESS_KEY_ID);
    }

    /** A client of who has that access key. */
    public static DynamoDbClient dynamoDb(URI endpoint, String accessKeyId) {
        return local(DynamoDbClient.builder(), endpoint, accessKeyId)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    public static SqsClient sqs(URI endpoint) {
        return sqs(endpoint, ACCESS_KEY_ID);
    }

    /** A client of who has that access key. */
    public static SqsClient sqs(URI endpoint, String accessKeyId) {
        return local(SqsClient.builder(), endpoint, accessKeyId)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    public static SecretsManagerClient secretsManager(URI endpoint) {
        return secretsManager(endpoint, ACCESS_KEY_ID);
    }

    /** A client of who has that access key. */
    public static SecretsManagerClient secretsManager(URI endpoint, String accessKeyId) {
        return local(SecretsManagerClient.builder(), endpoint, accessKeyId)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    private static <B extends AwsClientBuilder<B, C>, C> B local(B builder, URI endpoint, String accessKeyId) {
        return builder.endpointOverride(endpoint)
                .region(Region.of(REGION))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, SECRET_ACCESS_KEY)));
    }
}
