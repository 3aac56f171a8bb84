/// Linux system calls, typed.
package dev.parley.sys;
