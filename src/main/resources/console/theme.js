// Before the first paint, so that nothing flashes: which theme was chosen, if any was.
try {
  const theme = localStorage.getItem("standby.theme");
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset.theme = theme;
  }
} catch {
  // A browser that keeps nothing: the system's theme.
}
