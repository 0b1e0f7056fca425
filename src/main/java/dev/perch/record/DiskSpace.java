package dev.perch.record;

/** The size of the disk that holds recordings, and how much of it they may still take. */
public record DiskSpace(long totalBytes, long freeBytes) {}
