package io.middleware.paging;

import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.logging.Handler;
import java.util.logging.Logger;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

import io.quarkus.runtime.StartupEvent;
import org.jboss.logmanager.ExtHandler;

/**
 * Writes the log in UTF-8, whatever the locale. Lambda sets {@code LANG} to {@code en_US.UTF-8}, which Amazon Linux 2023 does
 * not have: Java then takes ASCII for the console, and a rule's name in another script would be question marks.
 *
 * <p>Source: aws-lambda-base-images, issue 234.
 */
@ApplicationScoped
class LogEncoding {
    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent started) {
        useUtf8(Logger.getLogger("").getHandlers());
    }

    private static void useUtf8(Handler[] handlers) {
        for (Handler handler : handlers) {
            try {
                handler.setEncoding(StandardCharsets.UTF_8.name());
            } catch (UnsupportedEncodingException everyJavaHasIt) {
                throw new IllegalStateException(everyJavaHasIt);
            }
            // Quarkus keeps the console's handler inside one of its own.
            if (handler instanceof ExtHandler outer) {
                useUtf8(outer.getHandlers());
            }
        }
    }
}
