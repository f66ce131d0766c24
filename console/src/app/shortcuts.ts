import { useEffect } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { PLACES } from './navigation.ts';

/** How long after `g` its second key may come. */
const WAIT_MS = 1_200;

/** `/` goes to the search of the screen, `g` and a letter to a place of the navigation. Not while one types. */
export function useShortcuts(): void {
  const navigate = useNavigate();
  useEffect(() => {
    let going = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('[data-search]');
        if (!search) return;
        event.preventDefault();
        search.focus();
        search.select();
      } else if (event.key === 'g') {
        going = event.timeStamp;
      } else if (event.timeStamp - going < WAIT_MS) {
        going = 0;
        const place = PLACES.find(({ key }) => key === event.key);
        if (place) void navigate({ to: place.to });
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
