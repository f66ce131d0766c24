// Before anything is painted: the colours that were chosen here, or else the system's.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('hydracore.colors');
  } catch {
    // A browser that keeps nothing for us.
  }
  const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
})();
