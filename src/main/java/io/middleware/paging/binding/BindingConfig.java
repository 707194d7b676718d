package io.middleware.paging.binding;

import java.time.Duration;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where bindings are kept. Environment: {@code PAGING_BINDINGS_TABLE} and so on. */
@ConfigMapping(prefix = "paging")
public interface BindingConfig {
    @WithDefault("RuleBindings")
    String bindingsTable();

    /** For how long a binding is used without reading it again. That there is none is never remembered. */
    @WithDefault("60S")
    Duration bindingCache();
}
