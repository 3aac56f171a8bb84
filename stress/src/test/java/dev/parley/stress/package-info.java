/// The shared memory's promises about what one thread sees of another's stores, tried by jcstress
/// on real memory: `./build -pl stress -am test -Dstress.mode=default`.
///
/// Each class is one question. Its states take turns with a few regions that are made once.
package dev.parley.stress;
