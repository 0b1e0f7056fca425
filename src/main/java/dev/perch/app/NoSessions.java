package dev.perch.app;

import java.beans.PropertyChangeListener;
import org.apache.catalina.Context;
import org.apache.catalina.Manager;
import org.apache.catalina.Session;
import org.apache.catalina.SessionIdGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A session manager without sessions. Tomcat's own asks every security provider of the JDK for random numbers at the start: a megabyte of classes and
 * tables, and a fifth of the start's time. Its superclass does the same when it is loaded, so this class does not extend it.
 */
final class NoSessions implements Manager {
    private @Nullable Context context;

    @Override
    public @Nullable Context getContext() {
        return context;
    }

    @Override
    public void setContext(@Nullable Context owner) {
        context = owner;
    }

    @Override
    public @Nullable SessionIdGenerator getSessionIdGenerator() {
        return null;
    }

    @Override
    public @Nullable Session createEmptySession() {
        return null;
    }

    @Override
    public @Nullable Session createSession(@Nullable String id) {
        return null;
    }

    @Override
    public @Nullable Session findSession(@Nullable String id) {
        return null;
    }

    @Override
    public Session[] findSessions() {
        return new Session[0];
    }

    @Override
    public boolean willAttributeDistribute(String name, Object value) {
        return false;
    }

    @Override
    public long getSessionCounter() {
        return 0;
    }

    @Override
    public int getMaxActive() {
        return 0;
    }

    @Override
    public int getActiveSessions() {
        return 0;
    }

    @Override
    public long getExpiredSessions() {
        return 0;
    }

    @Override
    public int getRejectedSessions() {
        return 0;
    }

    @Override
    public int getSessionMaxAliveTime() {
        return 0;
    }

    @Override
    public int getSessionAverageAliveTime() {
        return 0;
    }

    @Override
    public int getSessionCreateRate() {
        return 0;
    }

    @Override
    public int getSessionExpireRate() {
        return 0;
    }

    @Override
    public void setSessionIdGenerator(SessionIdGenerator generator) {}

    @Override
    @Deprecated
    public void setSessionCounter(long counter) {}

    @Override
    public void setMaxActive(int most) {}

    @Override
    public void setExpiredSessions(long count) {}

    @Override
    public void setSessionMaxAliveTime(int seconds) {}

    @Override
    public void add(Session session) {}

    @Override
    public void addPropertyChangeListener(PropertyChangeListener listener) {}

    @Override
    public void changeSessionId(Session session, String id) {}

    @Override
    public void load() {}

    @Override
    public void remove(Session session) {}

    @Override
    public void remove(Session session, boolean update) {}

    @Override
    public void removePropertyChangeListener(PropertyChangeListener listener) {}

    @Override
    public void unload() {}

    @Override
    public void backgroundProcess() {}

    @Override
    public void setNotifyBindingListenerOnUnchangedValue(boolean notify) {}

    @Override
    public void setNotifyAttributeListenerOnUnchangedValue(boolean notify) {}

    @Override
    public void setSessionActivityCheck(boolean check) {}

    @Override
    public void setSessionLastAccessAtStart(boolean atStart) {}
}
