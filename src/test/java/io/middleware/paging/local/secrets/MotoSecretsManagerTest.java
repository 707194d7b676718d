package io.middleware.paging.local.secrets;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.URI;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** Holds the contract against an emulator that others wrote, so that the fake is not judged by its own author alone. */
class MotoSecretsManagerTest extends SecretsManagerContract {

    /** Where moto 5.2.1 is not AWS: there the contract follows AWS's API reference, and moto is not asked. */
    private static final Map<String, String> MOTO_DIFFERS = Map.of(
            "aNameHasOnlyCertainCharacters", "moto takes any name",
            "aNameMayHave512CharactersAndNoMore", "moto takes names of any length",
            "aNameThatWaitsForDeletionCannotBeUsedAgain", "moto answers ResourceExistsException",
            "aSecretHasAStringOrBytesButNotBoth", "moto takes both",
            "aSecretScheduledForDeletionTakesNoVersionsOrTags", "moto lets it be changed",
            "aThirdVersionTakesBothLabelsOffTheFirst", "moto also tells of versions without a label",
            "aValueMayHave65536BytesAndNoMore", "moto takes values of any size",
            "readingASecretScheduledForDeletionSaysSo", "moto says so in other words");

    private static MotoServer moto;

    @BeforeAll
    static void startMoto() {
        moto = MotoServer.start().orElse(null);
    }

    /** For each test, so that each one that is left out is reported as skipped. */
    @BeforeEach
    void leaveOutWithoutMotoOrWhereItDiffers(TestInfo test) {
        assumeThat(moto).as(MotoServer.ABSENT).isNotNull();
        String difference = MOTO_DIFFERS.get(test.getTestMethod().orElseThrow().getName());
        assumeThat(difference).isNull();
    }

    @BeforeEach
    @Override
    void connect() {
        if (moto != null) {
            super.connect();
        }
    }

    @AfterAll
    static void stopMoto() {
        if (moto != null) {
            moto.close();
        }
    }

    @Override
    URI endpoint() {
        return moto.endpoint();
    }
}
