package io.middleware.paging.local.template;

/** For what a template says without being deployed: a resource stands for itself. */
final class ByName implements References {
    static final References REFERENCES = new ByName();

    private ByName() {}

    @Override
    public String ref(String logicalId) {
        return logicalId;
    }

    @Override
    public String attribute(String logicalId, String attribute) {
        return logicalId + "." + attribute;
    }
}
