package dev.perch.web.live;

/** The same where Tomcat's sockets cannot be had: over TLS, HTTP/2, in other containers. */
class DemandByServletApiTest extends DemandTest {
    @Override
    protected String output() {
        return "servlet";
    }
}
