package dev.perch.access;

/** What a caller wants to do. Each address of the program names one. */
public enum Action {
    /** To see a camera's picture, and the pages around it. */
    WATCH,
    /** To read health and figures. */
    METRICS,
    /** To change what a camera does. */
    CONTROL
}
