/// The library: the space, the primitives, the patterns.
package dev.parley;
