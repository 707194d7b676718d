package io.middleware.paging.binding;

import java.util.Objects;
import java.util.Optional;

/**
 * What the pages of a rule say besides what the alert says.
 *
 * @param title a {@link TitleTemplate}, as it was written; empty keeps the alert's own title
 * @param runbookUrl what to do, for the responder
 * @param note the same in words; may have several lines
 */
public record PageText(Optional<String> title, Optional<String> runbookUrl, Optional<String> note) {
    public static final PageText NONE = new PageText(Optional.empty(), Optional.empty(), Optional.empty());

    public PageText {
        Objects.requireNonNull(title, "title is null");
        Objects.requireNonNull(runbookUrl, "runbookUrl is null");
        Objects.requireNonNull(note, "note is null");
    }

    /** Empty when there is none, or when what is stored cannot be read as one: then the alert's own title does. */
    public Optional<TitleTemplate> titleTemplate() {
        return title.flatMap(text -> TitleTemplate.parse(text) instanceof TitleTemplate.Parsed.Of of
                ? Optional.of(of.template())
                : Optional.empty());
    }
}
