package dev.perch.access;

/** The actions that a caller may want. Each address of the program names one. */
public enum Action {
    /** To see a camera's picture, and the pages around it. */
    WATCH,
    /** To read health and figures. */
    METRICS,
    /** To change what a camera does. */
    CONTROL
}
