package io.middleware.paging.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import io.middleware.paging.local.lambda.FunctionPackage;
import io.middleware.paging.local.lambda.FunctionPackage.Form;

/** How large a package is, in bytes. */
record PackageSize(long zipped, long unzipped) {

    static PackageSize of(FunctionPackage functionPackage) {
        try {
            return functionPackage.form() == Form.NATIVE
                    ? new PackageSize(zipped(functionPackage.artifact()), Files.size(functionPackage.artifact()))
                    : new PackageSize(Files.size(functionPackage.artifact()), size(functionPackage.taskRoot()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the package", e);
        }
    }

    /**
     * As large as the build's {@code function.zip}, which holds the binary and nothing else; that of the JVM package has
     * taken its place in {@code target/} by now.
     */
    private static long zipped(Path binary) throws IOException {
        Counter counter = new Counter();
        try (ZipOutputStream zip = new ZipOutputStream(counter)) {
            zip.putNextEntry(new ZipEntry("bootstrap"));
            Files.copy(binary, zip);
            zip.closeEntry();
        }
        return counter.bytes;
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(PackageSize::sizeOf)
                    .sum();
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Counter extends OutputStream {

        private long bytes;

        @Override
        public void write(int oneByte) {
            bytes++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            bytes += length;
        }
    }
}
