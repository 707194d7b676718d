package io.middleware.paging.local.lambda;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The built package that all functions run.
 *
 * @param taskRoot where its files lie: what Lambda calls {@code LAMBDA_TASK_ROOT}
 * @param artifact the file it was built as
 */
public record FunctionPackage(Form form, Path taskRoot, Path artifact) implements Program {

    /** Which of the two packages runs. */
    public enum Form {
        JVM,
        NATIVE
    }

    private static final String HANDLER = "io.quarkus.funqy.lambda.FunqyStreamHandler::handleRequest";

    /** A process may still run from an earlier build. */
    private static final int KEPT_BUILDS = 3;

    /** Lambda gives the heap about this share of a function's memory. */
    private static final double HEAP_SHARE = 0.85;

    /**
     * Finds what Maven built, and unpacks it if it must be.
     *
     * @param target Maven's output directory
     * @param workDirectory where the JVM package is unpacked
     * @param forced the form to take; if empty, the native binary if there is one
     * @throws IllegalStateException if it has not been built, with the command that builds it
     */
    public static FunctionPackage find(Path target, Path workDirectory, Optional<Form> forced) {
        Optional<Path> binary = nativeBinary(target);
        Form form = forced.orElse(binary.isPresent() ? Form.NATIVE : Form.JVM);
        if (form == Form.NATIVE) {
            Path found = binary.orElseThrow(() -> new IllegalStateException(
                    "No native binary in " + target.toAbsolutePath() + ": build it with `mvn package -Dnative`"));
            return new FunctionPackage(form, createDirectories(workDirectory.resolve("native")), found);
        }
        Path zip = target.resolve("function.zip");
        if (!Files.isRegularFile(zip)) {
            throw new IllegalStateException(
                    "No function package in " + target.toAbsolutePath() + ": build it with `mvn package`");
        }
        return new FunctionPackage(form, unpacked(zip, workDirectory), zip);
    }

    /** A source file that is newer than the package, if there is one: the package may not be what the sources say. */
    public Optional<Path> newerSource(Path projectDirectory) {
        try (Stream<Path> sources = Files.walk(projectDirectory.resolve("src/main"))) {
            FileTime built = Files.getLastModifiedTime(artifact);
            return sources.filter(Files::isRegularFile)
                    .filter(source -> lastModified(source).compareTo(built) > 0)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the sources", e);
        }
    }

    @Override
    public List<String> command(int memoryMegabytes) {
        if (form == Form.NATIVE) {
            return List.of(artifact.toAbsolutePath().toString());
        }
        JvmRuntime runtime = JvmRuntime.find(taskRoot.getParent());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add("-Xmx" + (int) (memoryMegabytes * HEAP_SHARE) + "m");
        command.addAll(runtime.options());
        command.add("-cp");
        command.add(String.join(
                File.pathSeparator,
                runtime.classPath(),
                taskRoot.toString(),
                taskRoot.resolve("lib") + File.separator + "*"));
        command.addAll(List.of(runtime.mainClass(), HANDLER));
        return command;
    }

    /** Options that the managed runtime of this JDK's version would set itself. */
    @Override
    public String javaToolOptions() {
        return form == Form.JVM && Runtime.version().feature() >= 24
                ? "--add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED"
                : "";
    }

    private static Optional<Path> nativeBinary(Path target) {
        try (Stream<Path> files = Files.exists(target) ? Files.list(target) : Stream.empty()) {
            return files.filter(file -> file.getFileName().toString().endsWith("-runner"))
                    .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + target, e);
        }
    }

    /** Each build has its own directory, so that a new one does not change files under a running process. */
    private static Path unpacked(Path zip, Path workDirectory) {
        try {
            Path directory = workDirectory
                    .resolve("package-" + Files.getLastModifiedTime(zip).toMillis())
                    .toAbsolutePath();
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(workDirectory);
                Path unfinished = Files.createTempDirectory(workDirectory, "unpacking-");
                unzip(zip, unfinished);
                moveUnlessThere(unfinished, directory);
                deleteOldBuilds(workDirectory);
            }
            if (!Files.isDirectory(directory.resolve("lib"))) {
                throw new IllegalStateException(
                        zip.toAbsolutePath() + " is not the JVM package: build it with `mvn package`");
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack " + zip.toAbsolutePath(), e);
        }
    }

    private static void unzip(Path zip, Path directory) throws IOException {
        try (InputStream file = Files.newInputStream(zip);
                ZipInputStream entries = new ZipInputStream(file)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path path = directory.resolve(entry.getName()).normalize();
                if (!path.startsWith(directory)) {
                    throw new IOException("Entry outside of the package: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(entries, path, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void moveUnlessThere(Path unfinished, Path directory) throws IOException {
        try {
            Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException unpackedMeanwhile) {
            delete(unfinished);
        }
    }

    private static void deleteOldBuilds(Path workDirectory) throws IOException {
        try (Stream<Path> directories = Files.list(workDirectory)) {
            List<Path> newestFirst = directories
                    .filter(directory -> directory.getFileName().toString().startsWith("package-"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
            for (Path old : newestFirst.subList(Math.min(KEPT_BUILDS, newestFirst.size()), newestFirst.size())) {
                delete(old);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static Path createDirectories(Path directory) {
        try {
            return Files.createDirectories(directory).toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + directory, e);
        }
    }

    private static FileTime lastModified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
