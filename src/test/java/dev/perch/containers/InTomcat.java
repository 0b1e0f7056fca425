package dev.perch.containers;

import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;

/** A Tomcat of whatever version the class path has: what is called here is the same in all. Apart, for other containers lack these classes. */
final class InTomcat {
    private InTomcat() {}

    /** Starts it; the result undeploys the application. */
    static Runnable start(Path war, Path work) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(work.toString());
        tomcat.setAddDefaultWebXmlToWebapp(false); // it has a servlet for JSP, which is not here
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        StandardHost host = (StandardHost) tomcat.getHost();
        host.setAppBase(work.toString());
        Context context = tomcat.addWebapp("/cams", war.toString());
        tomcat.start();
        System.out.println(ContainerMain.PORT + tomcat.getConnector().getLocalPort());
        return () -> host.removeChild(context);
    }
}
