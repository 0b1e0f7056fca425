package dev.perch.mqtt;

/** Thrown when the broker cannot be reached, refuses, or has gone; the message is a sentence. */
final class MqttException extends Exception {
    private static final long serialVersionUID = 1L;

    MqttException(String message) {
        super(message);
    }

    MqttException(String message, Throwable cause) {
        super(message, cause);
    }
}
