package dev.perch.app;

import java.io.IOException;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.WebResourceRoot;
import org.apache.catalina.WebResourceSet;
import org.apache.catalina.webresources.StandardRoot;
import org.apache.catalina.webresources.WarResourceSet;

/** The files of a web application that writes none, so that Tomcat does not ask the JDK's management for the protection of written ones. */
final class ReadOnlyFiles extends StandardRoot {
    ReadOnlyFiles(Context context) {
        super(context);
    }

    @Override
    protected WebResourceSet createMainResourceSet() {
        String docBase = getContext().getDocBase();
        WebResourceSet files = docBase != null && docBase.endsWith(".war")
                ? new OpenArchive(this, docBase)
                : super.createMainResourceSet();
        files.setReadOnly(true);
        return files;
    }

    /** A WAR that stays open from start to end, so that it does not matter what becomes of the file. */
    private static final class OpenArchive extends WarResourceSet {
        OpenArchive(WebResourceRoot root, String archive) {
            super(root, "/", archive);
        }

        @Override
        protected void initInternal() throws LifecycleException {
            super.initInternal();
            try {
                openJarFile();
            } catch (IOException unreadable) {
                throw new LifecycleException("cannot read " + getBase(), unreadable);
            }
        }

        /** Does nothing; Tomcat would close what was not read for a while. */
        @Override
        public void gc() {
            // it stays open
        }
    }
}
