package io.middleware.paging.local.template;

/** What {@code !Ref} and {@code !GetAtt} of a resource mean; known only to the one who creates the resource. */
interface References {

    String ref(String logicalId);

    String attribute(String logicalId, String attribute);
}
