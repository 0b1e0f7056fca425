// Menus and sheets: one is open at a time; a touch elsewhere or Escape closes it.

export function tendMenus() {
  const menus = document.querySelectorAll('.menu');
  const closeBut = kept => { for (const menu of menus) if (menu !== kept) menu.open = false; };
  for (const menu of menus) menu.addEventListener('toggle', () => { if (menu.open) closeBut(menu); });
  document.addEventListener('pointerdown', event => closeBut(event.target.closest('.menu')));
  document.addEventListener('keydown', event => {
    const open = event.key === 'Escape' && document.querySelector('.menu[open]');
    if (!open) return;
    open.open = false;
    open.querySelector('summary').focus();
  });
}
