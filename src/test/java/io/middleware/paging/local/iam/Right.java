package io.middleware.paging.local.iam;

/**
 * One action on one resource that a role allows.
 *
 * @param action as the policy writes it
 * @param resource as the policy writes it, references resolved
 * @param when the conditions in words; empty if there are none
 */
public record Right(String action, String resource, String when) implements Comparable<Right> {

    /** As it is called whatever the stack is called, so that the rights of two stacks of one template are the same. */
    Right ofAnyStack(String stackName) {
        return new Right(
                action, resource.replace(stackName, "${AWS::StackName}"), when.replace(stackName, "${AWS::StackName}"));
    }

    @Override
    public int compareTo(Right other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return action + " on " + resource + (when.isEmpty() ? "" : " if " + when);
    }
}
