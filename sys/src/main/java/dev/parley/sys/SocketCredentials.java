package dev.parley.sys;

/// `struct ucred`: who is at the other end of a Unix socket, or sent a message, by the kernel's
/// word, in this process's user and PID namespaces.
///
/// @param pid 0 if it is not in this PID namespace
/// @param uid the effective one; 65534 if it is not in this user namespace
public record SocketCredentials(int pid, int uid, int gid) {}
