package io.middleware.paging.local.secrets;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

import io.middleware.paging.local.aws.AwsJsonServer;
import io.middleware.paging.local.aws.AwsJsonServer.Protocol;
import io.middleware.paging.local.aws.AwsJsonServer.Reply;

/**
 * AWS Secrets Manager in memory, over its own wire protocol (JSON 1.1), so that the AWS SDK is used as it is: point it
 * here with an endpoint override and any credentials. One account (000000000000) and one region (us-east-1), whatever the
 * caller signs for. Safe for use by several threads. Deletes by force at once, where AWS takes some seconds.
 */
public final class FakeSecretsManager implements AutoCloseable {

    private static final Protocol PROTOCOL = new Protocol("fake-secrets-manager", "secretsmanager.", "1.1");

    private final Actions actions;
    private final Keys keys;
    private final AwsJsonServer server;
    private final Map<String, Integer> callsByAction = new TreeMap<>();
    private final List<PlannedFault> plannedFaults = new ArrayList<>();

    private volatile Optional<Map.Entry<String, String>> policy = Optional.empty();

    private FakeSecretsManager(int port, Clock clock, Random random) {
        this.keys = new Keys();
        this.actions = new Actions(clock, random, keys);
        this.server = AwsJsonServer.start(port, PROTOCOL, this::answer);
    }

    /**
     * @param port 0 for a free one
     * @param clock dates the secrets and ends recovery windows
     * @throws UncheckedIOException if the port is taken
     */
    public static FakeSecretsManager start(int port, Clock clock) {
        return start(port, clock, new Random());
    }

    /** As {@link #start(int, Clock)}, with the source of the six characters at the end of an ARN. */
    public static FakeSecretsManager start(int port, Clock clock, Random random) {
        return new FakeSecretsManager(port, clock, random);
    }

    public URI endpoint() {
        return server.endpoint();
    }

    /** Lets the next calls fail, whatever they ask for. Faults planned earlier come first. */
    public void failNext(int calls, Fault fault) {
        plan(new PlannedFault(null, calls, fault));
    }

    /**
     * Lets the next calls of one action fail, such as {@code GetSecretValue}. Faults planned earlier come first.
     *
     * @throws IllegalArgumentException if there is no such action
     */
    public void failNext(int calls, String action, Fault fault) {
        if (!actions.names().contains(action)) {
            throw new IllegalArgumentException("No action " + action + "; there are " + actions.names());
        }
        plan(new PlannedFault(action, calls, fault));
    }

    private void plan(PlannedFault planned) {
        synchronized (plannedFaults) {
            plannedFaults.add(planned);
        }
    }

    /**
     * From now on as for a caller whose policy asks for this tag: a secret is created only with it, and only a secret that
     * has it may be read, written, deleted or brought back. One that does not exist has no tag, and is denied too.
     */
    public void allowOnly(String tag, String value) {
        policy = Optional.of(Map.entry(tag, value));
    }

    /**
     * From now on as for a caller that may use no other KMS keys than these, however a secret names them (id, ARN), and the
     * account's key for Secrets Manager.
     */
    public void allowOnlyKeys(String... keys) {
        this.keys.allowOnly(keys);
    }

    /** From now on nothing can be encrypted or decrypted under this KMS key: it is disabled, or waits for its deletion. */
    public void disableKey(String key) {
        keys.disable(key);
    }

    /** Forgets the faults that have not come yet, {@link #allowOnly}, and what was said of keys. */
    public void heal() {
        policy = Optional.empty();
        keys.heal();
        synchronized (plannedFaults) {
            plannedFaults.clear();
        }
    }

    /** A secret by its name, its ARN, or its ARN without the suffix; also one that waits for its deletion. No call. */
    public Optional<KnownSecret> known(String secretId) {
        return actions.known(secretId);
    }

    /** Calls so far of one action, such as {@code GetSecretValue}, failed ones included. */
    public int calls(String action) {
        synchronized (callsByAction) {
            return callsByAction.getOrDefault(action, 0);
        }
    }

    /** Calls so far by action, failed ones included; only actions that were called. */
    public Map<String, Integer> calls() {
        synchronized (callsByAction) {
            return Map.copyOf(callsByAction);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private Optional<Reply> answer(String action, byte[] body) {
        synchronized (callsByAction) {
            callsByAction.merge(action, 1, Integer::sum);
        }
        Fault fault = nextFault(action).orElse(null);
        if (fault instanceof Fault.Answered answered) {
            return Optional.of(Reply.error(answered.status(), answered.errorType(), answered.message()));
        }
        if (fault instanceof Fault.Dropped) {
            return Optional.empty();
        }
        Reply reply = Reply.to(body, request -> actions.answer(action, request, policy));
        return fault instanceof Fault.AnswerLost ? Optional.empty() : Optional.of(reply);
    }

    private Optional<Fault> nextFault(String action) {
        synchronized (plannedFaults) {
            for (Iterator<PlannedFault> all = plannedFaults.iterator(); all.hasNext(); ) {
                PlannedFault planned = all.next();
                if (planned.action == null || planned.action.equals(action)) {
                    if (--planned.calls <= 0) {
                        all.remove();
                    }
                    return Optional.of(planned.fault);
                }
            }
            return Optional.empty();
        }
    }

    /** A fault for so many more calls of an action, or of any action if that is null. */
    private static final class PlannedFault {

        private final String action;
        private final Fault fault;
        private int calls;

        private PlannedFault(String action, int calls, Fault fault) {
            if (calls < 1) {
                throw new IllegalArgumentException("calls must be at least 1, not " + calls);
            }
            this.action = action;
            this.calls = calls;
            this.fault = fault;
        }
    }
}
