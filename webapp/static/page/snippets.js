// The lines to copy, which show a camera elsewhere.

import { t } from './tongue.js';

/** Writes the browser's address into the lines: behind a proxy the server knows another one. */
export function mendAddresses() {
  const real = new URL('.', document.baseURI).href;
  for (const box of document.querySelectorAll('[data-address]')) {
    for (const code of box.querySelectorAll('code')) {
      code.textContent = code.textContent.split(box.dataset.address).join(real);
    }
  }
}

/** Shows the copy buttons. */
export function offerCopies() {
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      getSelection().selectAllChildren(button.parentElement.querySelector('code'));
      // the clipboard API is for https only, which most cameras are watched without
      button.textContent = document.execCommand('copy') ? t('Copied') : t('Press Ctrl+C');
      setTimeout(() => { button.textContent = t('Copy'); }, 2000);
    });
  }
}
