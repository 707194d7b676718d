package io.middleware.paging.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

import org.junit.jupiter.api.Test;

class FarAwayTest {

    @Test
    void firstBytesPayForTheConnectionToo() {
        FarAway.Schedule schedule = FarAway.Schedule.afterConnecting(Duration.ofNanos(40));

        assertThat(schedule.arrival(100)).isEqualTo(160);
        assertThat(schedule.arrival(200)).isEqualTo(220);
    }

    @Test
    void nothingOvertakesWhatWasSentBefore() {
        FarAway.Schedule schedule = FarAway.Schedule.afterConnecting(Duration.ofNanos(40));

        assertThat(schedule.arrival(100)).isEqualTo(160);
        assertThat(schedule.arrival(101)).isEqualTo(160);
    }

    @Test
    void answersTakeHalfARoundTrip() {
        assertThat(FarAway.Schedule.ofAnswers(Duration.ofNanos(40)).arrival(100))
                .isEqualTo(120);
    }

    @Test
    void bytesAndEndsArriveBothWays() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FarAway proxy = FarAway.start(server.getLocalPort(), Duration.ofMillis(1));
                Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            client.getOutputStream().write("question".getBytes());
            client.shutdownOutput();
            try (Socket served = server.accept()) {
                assertThat(served.getInputStream().readAllBytes()).asString().isEqualTo("question");
                served.getOutputStream().write("answer".getBytes());
            }
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
        }
    }
}
