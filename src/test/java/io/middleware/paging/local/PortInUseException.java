package io.middleware.paging.local;

/** The gateway's port belongs to another process. */
public final class PortInUseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PortInUseException(int port, Throwable cause) {
        super("Port " + port + " is in use: stop what listens there, or choose another with -Dlocal.port=…", cause);
    }
}
