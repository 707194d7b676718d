package io.middleware.paging.local.template;

/** The template, or a parameter given for it, says something that cannot be understood here. */
public final class TemplateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TemplateException(String message) {
        super(message);
    }
}
