package dev.perch.record;

/** How large the disk is that recordings lie on, and how much of it they may still take. */
public record DiskSpace(long totalBytes, long freeBytes) {}
