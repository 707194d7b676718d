package io.middleware.paging.storm;

import jakarta.inject.Inject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

import io.middleware.paging.harness.VirtualTimeCloud;

/**
 * A storm of its own for each proof, on a clock that the proof drives. They are half of the time that the tests take;
 * {@code -DexcludedGroups=storm} leaves them out.
 */
@Tag("storm")
abstract class StormProof {
    @Inject
    Storm storm;

    final VirtualTimeCloud cloud = VirtualTimeCloud.current();

    @BeforeEach
    void begin() {
        storm.begin();
    }

    @AfterEach
    void end() {
        storm.end();
    }
}
