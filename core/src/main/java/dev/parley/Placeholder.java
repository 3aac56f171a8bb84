package dev.parley;

/// Keeps the package from being empty; delete it with the first real class.
interface Placeholder {}
