package io.middleware.paging.local.template;

import java.io.Reader;
import java.util.List;
import java.util.Map;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads YAML in which CloudFormation's short forms ({@code !Ref x}) become {@link Intrinsic} values. */
final class TemplateYaml {

    /** An intrinsic function not yet evaluated; {@code name} as in the short form, such as {@code GetAtt}. */
    record Intrinsic(String name, Object argument) {}

    private TemplateYaml() {}

    @SuppressWarnings("unchecked")
    static Map<String, Object> read(Reader reader) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        Yaml yaml = new Yaml(
                new IntrinsicConstructor(options),
                new Representer(new DumperOptions()),
                new DumperOptions(),
                options,
                new TextDates());
        if (yaml.load(reader) instanceof Map<?, ?> root) {
            return (Map<String, Object>) root;
        }
        throw new TemplateException("The template is not a YAML mapping");
    }

    private static final class IntrinsicConstructor extends SafeConstructor {

        IntrinsicConstructor(LoaderOptions options) {
            super(options);
            yamlMultiConstructors.put("!", new AbstractConstruct() {
                @Override
                public Object construct(Node node) {
                    return new Intrinsic(node.getTag().getValue().substring(1), argument(node));
                }
            });
        }

        private Object argument(Node node) {
            if (node instanceof ScalarNode scalar) {
                return scalar.getValue();
            }
            if (node instanceof SequenceNode sequence) {
                List<?> list = constructSequence(sequence);
                return list;
            }
            return constructMapping((MappingNode) node);
        }
    }

    /** Leaves {@code 2012-10-17} a text, as CloudFormation does. */
    private static final class TextDates extends Resolver {

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INT, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }
}
