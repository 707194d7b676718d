package io.middleware.paging.local.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate for {@code localhost} that is its own authority, as files in a folder. Made with the JDK's {@code keytool}. */
public final class PrivateCa {

    /** Of both key stores. It guards nothing: the files live as long as a test. */
    public static final String PASSWORD = "not-a-secret";

    private final Path folder;

    private PrivateCa(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the certificate, good for two days, and the stores.
     *
     * @param folder exists; files of the same names are replaced
     * @throws IllegalStateException if {@code keytool} fails, with what it wrote
     */
    public static PrivateCa in(Path folder) {
        PrivateCa ca = new PrivateCa(folder.toAbsolutePath());
        try {
            Files.deleteIfExists(ca.keyStore());
            Files.deleteIfExists(ca.trustStore());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot replace the certificates in " + folder, e);
        }
        String keys = ca.keyStore().toString();
        ca.keytool(
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-validity",
                "2",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-keystore",
                keys);
        ca.keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "server",
                "-keystore",
                keys,
                "-file",
                ca.certificate().toString());
        ca.trustIn(ca.trustStore());
        return ca;
    }

    /** The certificate as PEM. */
    public Path certificate() {
        return folder.resolve("ca.pem");
    }

    /** PKCS12, the certificate alone. */
    public Path trustStore() {
        return folder.resolve("trust.p12");
    }

    /** A copy of what this JDK trusts, and the certificate: PKCS12 or JKS, as the JDK's own. */
    public Path trustStoreBesideThePublicOnes() {
        Path both = folder.resolve("trust-all.store");
        try {
            Files.deleteIfExists(both);
            Files.copy(Path.of(System.getProperty("java.home"), "lib", "security", "cacerts"), both);
            both.toFile().setWritable(true);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy the certificates of this JDK", e);
        }
        run(
                "-importcert",
                "-noprompt",
                "-alias",
                "private-ca",
                "-file",
                certificate().toString(),
                "-keystore",
                both.toString(),
                "-storepass",
                "changeit");
        return both;
    }

    /** For a server that has the certificate. */
    public SSLContext serverContext() {
        try (InputStream file = Files.newInputStream(keyStore())) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(file, PASSWORD.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD.toCharArray());
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(managers.getKeyManagers(), null, null);
            return tls;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("Cannot serve TLS with " + keyStore(), e);
        }
    }

    private Path keyStore() {
        return folder.resolve("server.p12");
    }

    private void trustIn(Path store) {
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                "ca",
                "-file",
                certificate().toString(),
                "-keystore",
                store.toString());
    }

    private void keytool(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        run(all.toArray(String[]::new));
    }

    private void run(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        try {
            Path output = folder.resolve("keytool.log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException("keytool failed: " + Files.readString(output));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run keytool", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
