package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.local.lambda.FunctionPackage;

/** What Lambda's {@code provided.al2023} asks of the native package. */
class NativePackageIT {
    /** Amazon Linux 2023. A binary that was linked on a newer system may ask for more, and then does not start. */
    private static final int NEWEST_GLIBC_MINOR = 34;

    private static final Pattern GLIBC_VERSION = Pattern.compile("GLIBC_2\\.(\\d+)");

    private FunctionPackage binary;

    @BeforeEach
    void onlyOfTheNativePackage() {
        binary = StoryCloud.get().functionPackage();
        assumeTrue(binary.form() == FunctionPackage.Form.NATIVE, "the stories run the JVM package");
    }

    @Test
    void asksForNoNewerGlibcThanAmazonLinux2023Has() throws IOException {
        assertThat(glibcMinors(binary.artifact())).isNotEmpty().allMatch(minor -> minor <= NEWEST_GLIBC_MINOR);
    }

    /** All that the dynamic linker would look for: the names in the binary's table of strings for it. */
    private static SortedSet<Integer> glibcMinors(Path file) throws IOException {
        SortedSet<Integer> minors = new TreeSet<>();
        Matcher matcher = GLIBC_VERSION.matcher(new ElfFile(file).section(".dynstr"));
        while (matcher.find()) {
            minors.add(Integer.parseInt(matcher.group(1)));
        }
        return minors;
    }

    /** The sections of a 64-bit little-endian ELF file, by name. */
    private record ElfFile(Path file) {
        private static final int SECTION_HEADERS_OFFSET = 0x28;
        private static final int SECTION_COUNT = 0x3c;
        private static final int SECTION_HEADER_BYTES = 64;

        String section(String wanted) throws IOException {
            try (FileChannel channel = FileChannel.open(file)) {
                ByteBuffer header = read(channel, 0, 64);
                long headers = header.getLong(SECTION_HEADERS_OFFSET);
                int count = header.getShort(SECTION_COUNT);
                int namesIndex = header.getShort(SECTION_COUNT + 2);
                ByteBuffer names = contents(channel, headers, namesIndex);
                for (int i = 0; i < count; i++) {
                    ByteBuffer section = read(channel, headers + (long) i * SECTION_HEADER_BYTES, SECTION_HEADER_BYTES);
                    if (nameAt(names, section.getInt(0)).equals(wanted)) {
                        return StandardCharsets.ISO_8859_1
                                .decode(contents(channel, headers, i))
                                .toString();
                    }
                }
                throw new IOException(file + " has no section " + wanted);
            }
        }

        private static ByteBuffer contents(FileChannel channel, long headers, int index) throws IOException {
            ByteBuffer section = read(channel, headers + (long) index * SECTION_HEADER_BYTES, SECTION_HEADER_BYTES);
            return read(channel, section.getLong(0x18), (int) section.getLong(0x20));
        }

        private static String nameAt(ByteBuffer names, int offset) {
            StringBuilder name = new StringBuilder();
            for (int i = offset; names.get(i) != 0; i++) {
                name.append((char) names.get(i));
            }
            return name.toString();
        }

        private static ByteBuffer read(FileChannel channel, long offset, int bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {
                // Reads on until all of it is there.
            }
            return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
