// Saves the picture that is seen.

const QUALITY = 0.92;

/** Saves the picture on top of a stage. @returns {Promise<string>} the file's name */
export async function savePicture(stage, camera, millis) {
  const picture = [...stage.querySelectorAll('canvas, video, img')].at(-1);
  const width = picture?.videoWidth || picture?.naturalWidth || picture?.width;
  const height = picture?.videoHeight || picture?.naturalHeight || picture?.height;
  const copy = Object.assign(document.createElement('canvas'), { width, height });
  copy.getContext('2d').drawImage(picture, 0, 0, width, height);
  const blob = await new Promise((resolve, reject) => {
    copy.toBlob(made => (made ? resolve(made) : reject(new Error('no picture'))), 'image/jpeg', QUALITY);
  });
  const time = new Date(millis - new Date(millis).getTimezoneOffset() * 60000).toISOString().slice(0, 19).replace('T', ' ').replace(/:/g, '.');
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: `${camera} ${time}.jpg` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  return link.download;
}
