// Other projects' players, which Perch serves itself; each is loaded when it is chosen.

const libraries = new Map();

/** Loads a script once; resolves to the object that it defines. */
export function library(file, name) {
  if (!libraries.has(file)) {
    libraries.set(file, new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = new URL(`../players/${file}`, import.meta.url).href;
      script.onload = () => resolve(window[name]);
      script.onerror = () => {
        libraries.delete(file);
        reject(new Error(`${file} cannot be loaded`));
      };
      document.head.append(script);
    }));
  }
  return libraries.get(file);
}
