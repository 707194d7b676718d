package io.middleware.paging.local.lambda;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a managed Java runtime puts around a function's package.
 *
 * @param classPath comes before the package's own
 * @param options for the JVM
 * @param mainClass takes the handler as its argument
 */
record JvmRuntime(String classPath, List<String> options, String mainClass) {

    private static final List<String> CLIENT_JARS = List.of(
            "aws-lambda-java-runtime-interface-client", "aws-lambda-java-core", "aws-lambda-java-serialization");
    private static final String CLIENT_MAIN_CLASS = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
    private static final String CLIENT_LIBRARY_PROPERTY =
            "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

    /** The runtime interface client that Lambda uses where it runs, which is Linux; else our own. */
    static JvmRuntime find(Path workDirectory) {
        boolean linux = System.getProperty("os.name").equals("Linux");
        return linux && !Boolean.getBoolean("local.portable")
                ? runtimeInterfaceClient(workDirectory)
                : portable(workDirectory);
    }

    private static JvmRuntime runtimeInterfaceClient(Path workDirectory) {
        // Left to itself, each process writes its library to the same file in /tmp, and so crashes one that has just
        // loaded it.
        String library = "libaws-lambda-jni.linux" + (isMusl() ? "_musl-" : "-")
                + (System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64") + ".so";
        Path copy = copy("/jni/" + library, workDirectory.resolve("runtime").resolve(library));
        return new JvmRuntime(clientJars(), List.of("-D" + CLIENT_LIBRARY_PROPERTY + "=" + copy), CLIENT_MAIN_CLASS);
    }

    /** In a directory of its own: the other test classes and resources are none of a function's business. */
    private static JvmRuntime portable(Path workDirectory) {
        Path classes = workDirectory.resolve("runtime").toAbsolutePath();
        String prefix = PortableRuntime.class.getName().replace('.', '/');
        Stream.of("", "$Invocation")
                .map(suffix -> prefix + suffix + ".class")
                .forEach(file -> copy("/" + file, classes.resolve(file)));
        return new JvmRuntime(classes.toString(), List.of(), PortableRuntime.class.getName());
    }

    private static String clientJars() {
        List<String> classPath = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
        return CLIENT_JARS.stream()
                .map(jar -> classPath.stream()
                        .filter(entry -> Path.of(entry).getFileName().toString().startsWith(jar))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException(jar + " is not on the class path")))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isMusl() {
        try (Stream<Path> libraries = Files.list(Path.of("/lib"))) {
            return libraries.anyMatch(
                    library -> library.getFileName().toString().startsWith("ld-musl-"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Moved into place when complete, and never written over: a process may have it loaded. */
    private static Path copy(String resource, Path file) {
        try (InputStream content = JvmRuntime.class.getResourceAsStream(resource)) {
            if (content == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            Files.createDirectories(file.getParent());
            Path unfinished = Files.createTempFile(file.getParent(), "unfinished-", null);
            Files.copy(content, unfinished, StandardCopyOption.REPLACE_EXISTING);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return file.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }
}
