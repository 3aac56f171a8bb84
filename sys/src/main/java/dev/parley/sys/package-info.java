/// Typed system calls. The only package that touches native memory.
package dev.parley.sys;
