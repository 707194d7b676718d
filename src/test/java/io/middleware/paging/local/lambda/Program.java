package io.middleware.paging.local.lambda;

import java.nio.file.Path;
import java.util.List;

/** What the process of a function runs. */
public interface Program {

    /** Where its files lie: what Lambda calls {@code LAMBDA_TASK_ROOT}. */
    Path taskRoot();

    /** @param memoryMegabytes of the function */
    List<String> command(int memoryMegabytes);

    /** What the managed runtime adds to {@code JAVA_TOOL_OPTIONS}; empty for nothing. */
    default String javaToolOptions() {
        return "";
    }
}
