package io.middleware.paging.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.middleware.paging.local.check.SentAlert;

/**
 * What is sent when, and what goes wrong meanwhile. The same seed, number of alerts and pace give the same plan; what the
 * threads, processes and requests make of it is different each time.
 *
 * @param alerts what was sent, to be judged by
 * @param malformed bodies that are no alerts; they are among the messages of the waves
 */
record ChaosPlan(long seed, List<SentAlert> alerts, List<String> malformed, List<Wave> waves) {

    static final String WORKSPACE = "chaos";
    static final String RESOLVING_RULE = "cpu-high";
    static final String OTHER_RESOLVING_RULE = "orders:latency";
    static final String LEAVING_RULE = "disk-full";
    static final String FOLDED_RULE = "queue-stuck";
    static final String UNBOUND_RULE = "nobody-cares";

    /** As many and more are one wave, in which a resolve may come while its trigger still waits. */
    static final int ONE_WAVE_FROM = 200;

    /**
     * Fewer come in waves, each sent when the one before is handled. A resolve that meets a trigger whose end is unknown waits
     * up to 60 s for PagerDuty's list, which is too long for a short story.
     */
    private static final Duration SHORT_WAVE = Duration.ofSeconds(3);

    private static final Instant START = Instant.parse("2026-01-05T03:00:00Z");

    /** What goes to the queue. */
    record Message(String body, Map<String, String> attributes) {}

    /** A message of the plan. */
    record Sending(Duration at, Message message) {}

    /** What is sent and goes wrong before anybody waits for the queue to be empty. */
    record Wave(List<Sending> sendings, List<Squall> squalls) {}

    /** @param pace messages a second */
    static ChaosPlan of(long seed, int alerts, int pace) {
        return new Drawing(seed, alerts, pace).plan();
    }

    /** Messages that hold several alerts, copies included. */
    long messagesOfSeveral() {
        return waves.stream()
                .flatMap(wave -> wave.sendings().stream())
                .filter(sending -> !sending.message().attributes().isEmpty())
                .count();
    }

    /** Those whose rule has them share one incident. */
    long foldedAlerts() {
        return alerts.stream()
                .filter(alert -> alert.rule() == SentAlert.Rule.FOLDS)
                .count();
    }

    int messages() {
        return waves.stream().mapToInt(wave -> wave.sendings().size()).sum();
    }

    /** An alert that is told of in one message with others. */
    private record Together(String rule, String fingerprint, boolean resolves, boolean firesAgain) {
        static final int RESOLVED = 100;
        static final int FIRED_AGAIN = 200;

        /** Empty when it was over before. */
        Optional<String> statusAt(int second) {
            if (!resolves || second < RESOLVED || second == FIRED_AGAIN && firesAgain) {
                return Optional.of("firing");
            }
            return second == RESOLVED ? Optional.of("resolved") : Optional.empty();
        }
    }

    /** The draws, in an order that never changes. */
    private static final class Drawing {
        private final long seed;
        private final Random random;
        private final int count;
        private final int pace;
        private final boolean oneWave;
        private final List<SentAlert> alerts = new ArrayList<>();
        private final List<String> malformed = new ArrayList<>();
        private final List<List<Message>> messages = new ArrayList<>();
        private final List<Sending> spread = new ArrayList<>();
        private final Duration sending;

        /** Otherwise its incident is resolved in the end, and stays so. */
        private final boolean foldedRuleFiresAgain;

        /** Alerts that are told of together, until there are enough of them. */
        private List<Together> group = new ArrayList<>();

        private int groupSize;

        Drawing(long seed, int count, int pace) {
            this.seed = seed;
            this.random = new Random(seed);
            this.count = count;
            this.pace = pace;
            this.oneWave = count >= ONE_WAVE_FROM;
            // About four messages an alert, copies included.
            this.sending = Duration.ofMillis(count * 4_000L / pace);
            this.foldedRuleFiresAgain = random.nextBoolean();
            for (int wave = 0; wave < 4; wave++) {
                messages.add(new ArrayList<>());
            }
        }

        ChaosPlan plan() {
            for (int i = 0; i < count; i++) {
                drawAlert(i);
            }
            sayTogether();
            for (int i = 0; i < Math.max(1, count / 100); i++) {
                String body = random.nextBoolean()
                        ? "no alert, number " + i
                        : "{\"workspaceId\":\"chaos\",\"number\":" + i + "}";
                malformed.add(body);
                add(1, between(Duration.ZERO, sending), new Message(body, Map.of()));
            }
            return new ChaosPlan(seed, alerts, malformed, oneWave ? List.of(longWave()) : shortWaves());
        }

        private void drawAlert(int i) {
            double draw = random.nextDouble();
            String rule;
            if (draw < 0.42) {
                rule = RESOLVING_RULE;
            } else if (draw < 0.63) {
                rule = OTHER_RESOLVING_RULE;
            } else if (draw < 0.78) {
                rule = FOLDED_RULE;
            } else {
                rule = draw < 0.93 ? LEAVING_RULE : UNBOUND_RULE;
            }
            boolean folds = rule.equals(FOLDED_RULE);
            // A shared incident ends only if all of its alerts do.
            boolean resolves = random.nextBoolean() || folds;
            boolean firesAgain = resolves && random.nextDouble() < (folds ? 0.4 : 0.15);
            if (folds && !foldedRuleFiresAgain) {
                firesAgain = false;
            }
            String alertId;
            if (random.nextDouble() < 0.25) {
                alertId = "%016x".formatted(i);
                group.add(new Together(rule, alertId, resolves, firesAgain));
                if (group.size() >= groupSize) {
                    sayTogether();
                }
            } else {
                alertId = rule + "/host=web-" + i;
                sayAlone(rule, alertId, resolves, firesAgain);
            }
            SentAlert.Rule bound =
                    switch (rule) {
                        case UNBOUND_RULE -> SentAlert.Rule.UNBOUND;
                        case LEAVING_RULE -> SentAlert.Rule.LEAVES_OPEN;
                        case FOLDED_RULE -> SentAlert.Rule.FOLDS;
                        default -> SentAlert.Rule.RESOLVES;
                    };
            alerts.add(new SentAlert(WORKSPACE, rule, alertId, bound, firesAgain ? 2 : 1, !resolves || firesAgain));
        }

        private void sayAlone(String rule, String alertId, boolean resolves, boolean firesAgain) {
            Duration begins = between(Duration.ZERO, sending);
            boolean overtakes = resolves && random.nextDouble() < 0.1;
            say(1, begins, 3, ownAlert(rule, alertId, "triggered", 0));
            for (int repeat = random.nextInt(3); repeat > 0; repeat--) {
                say(1, begins, 30, ownAlert(rule, alertId, "triggered", 30 * repeat));
            }
            if (resolves) {
                say(overtakes ? 0 : 2, begins, overtakes ? 1 : 20, ownAlert(rule, alertId, "resolved", 100));
            }
            if (firesAgain) {
                say(3, begins, 40, ownAlert(rule, alertId, "triggered", 200));
            }
        }

        private static Message ownAlert(String rule, String alertId, String status, int second) {
            return new Message(
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("workspaceId", WORKSPACE)
                            .put("ruleId", rule)
                            .put("alertId", alertId)
                            .put("status", status)
                            .put("title", "Chaos on " + alertId)
                            .put("severity", "critical")
                            .put("occurredAt", START.plusSeconds(second).toString())
                            .toString(),
                    Map.of());
        }

        /** As Alertmanager does, every message tells of all that fire, and once of those that resolved since the one before. */
        private void sayTogether() {
            if (!group.isEmpty()) {
                Duration begins = between(Duration.ZERO, sending);
                boolean overtakes = random.nextDouble() < 0.1;
                say(1, begins, 3, webhook(group, 0));
                for (int repeat = random.nextInt(3); repeat > 0; repeat--) {
                    say(1, begins, 30, webhook(group, 30 * repeat));
                }
                say(overtakes ? 0 : 2, begins, overtakes ? 1 : 20, webhook(group, Together.RESOLVED));
                if (group.stream()
                        .anyMatch(each -> each.statusAt(Together.FIRED_AGAIN).isPresent())) {
                    say(3, begins, 40, webhook(group, Together.FIRED_AGAIN));
                }
            }
            group = new ArrayList<>();
            groupSize = 2 + random.nextInt(7);
        }

        /** Ordered by when it was sent, which the attribute says: the same in each copy. */
        private static Message webhook(List<Together> group, int second) {
            ObjectNode webhook = JsonNodeFactory.instance
                    .objectNode()
                    .put("version", "4")
                    .put("receiver", "chaos")
                    .put("groupKey", "{}:{}");
            ArrayNode alerts = webhook.putArray("alerts");
            for (Together each : group) {
                each.statusAt(second).ifPresent(status -> {
                    ObjectNode alert = alerts.addObject()
                            .put("status", status)
                            .put("fingerprint", each.fingerprint())
                            .put("startsAt", START.toString())
                            .put("endsAt", START.toString());
                    alert.putObject("labels")
                            .put("alertname", each.rule())
                            .put("workspaceId", WORKSPACE)
                            .put("severity", "critical");
                    alert.putObject("annotations").put("summary", "Chaos on " + each.fingerprint());
                });
            }
            return new Message(
                    webhook.toString(),
                    Map.of("sentAt", START.plusSeconds(second).toString()));
        }

        /** One message, now and then twice, now and then much later. */
        private void say(int wave, Duration begins, int withinSeconds, Message message) {
            for (int copies = random.nextDouble() < 0.2 ? 2 : 1; copies > 0; copies--) {
                Duration late =
                        random.nextDouble() < 0.03 ? between(Duration.ZERO, Duration.ofSeconds(30)) : Duration.ZERO;
                Duration at = begins.plus(between(Duration.ZERO, Duration.ofSeconds(withinSeconds)))
                        .plus(late);
                add(wave, at, message);
            }
        }

        private void add(int wave, Duration at, Message message) {
            messages.get(wave).add(message);
            spread.add(new Sending(at, message));
        }

        private Wave longWave() {
            spread.sort(Comparator.comparing(Sending::at));
            List<Squall> squalls = new ArrayList<>();
            for (int kill = 0; kill < Math.max(4, count / 125); kill++) {
                squalls.add(kill(
                        random.nextInt(3) == 0 ? Trouble.KILL_AFTER_POST : Trouble.KILL,
                        between(Duration.ZERO, sending)));
            }
            // Each trouble comes several times; which with which is left to the draws.
            for (int round = 0; round < Math.max(1, count / 330); round++) {
                squalls.addAll(oneOfEach(sending, 25));
            }
            squalls.sort(Comparator.comparing(Squall::at));
            return new Wave(List.copyOf(spread), List.copyOf(squalls));
        }

        private List<Wave> shortWaves() {
            List<Wave> waves = new ArrayList<>();
            for (List<Message> ofWave : messages) {
                List<Sending> sendings = ofWave.stream()
                        .map(message -> new Sending(between(Duration.ZERO, SHORT_WAVE), message))
                        .sorted(Comparator.comparing(Sending::at))
                        .toList();
                List<Squall> squalls = new ArrayList<>();
                if (waves.size() == 1 || waves.size() == 2) {
                    squalls.addAll(oneOfEach(SHORT_WAVE, 4));
                }
                if (waves.size() == 1) {
                    // Both in one wave: what they leave behind lapses at the same time.
                    squalls.add(kill(Trouble.KILL_AFTER_POST, between(Duration.ZERO, SHORT_WAVE)));
                    squalls.add(kill(Trouble.KILL, between(Duration.ZERO, SHORT_WAVE)));
                }
                waves.add(new Wave(sendings, List.copyOf(squalls)));
            }
            return waves;
        }

        private static Squall kill(Trouble how, Duration at) {
            return new Squall(at, how, 1, 1);
        }

        private List<Squall> oneOfEach(Duration within, int most) {
            return Stream.of(Trouble.values())
                    .filter(trouble -> trouble != Trouble.KILL && trouble != Trouble.KILL_AFTER_POST)
                    .map(trouble -> new Squall(
                            between(Duration.ZERO, within),
                            trouble,
                            1 + random.nextInt(most),
                            0.3 + 0.7 * random.nextDouble()))
                    .toList();
        }

        private Duration between(Duration least, Duration most) {
            return Duration.ofMillis(
                    random.nextLong(least.toMillis(), Math.max(most.toMillis(), least.toMillis() + 1)));
        }
    }
}
