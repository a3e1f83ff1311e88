import { useEffect, useState } from 'react';

/** True once `value` has been true for so many milliseconds without a break: what only passes by doesn't count. */
export function useHeld(value: boolean, duration: number): boolean {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (!value) return;
    const timer = setTimeout(() => setHeld(true), duration);
    return () => {
      clearTimeout(timer);
      setHeld(false);
    };
  }, [value, duration]);
  return value && isHeld;
}
