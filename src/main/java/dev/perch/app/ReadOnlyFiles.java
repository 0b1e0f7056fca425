package dev.perch.app;

import org.apache.catalina.Context;
import org.apache.catalina.WebResourceSet;
import org.apache.catalina.webresources.StandardRoot;

/** The files of a web application that writes none: Tomcat then need not ask the JDK's management for what protects written ones. */
final class ReadOnlyFiles extends StandardRoot {
    ReadOnlyFiles(Context context) {
        super(context);
    }

    @Override
    protected WebResourceSet createMainResourceSet() {
        WebResourceSet files = super.createMainResourceSet();
        files.setReadOnly(true);
        return files;
    }
}
