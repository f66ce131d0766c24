/** Three hands of a clock, each with a head. The favicon is the same. */
export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#0b6e6e" />
      <g fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round">
        <path d="M16 20.5V8.5" />
        <path d="M16 20.5 9 12.6" />
        <path d="M16 20.5l7-7.9" />
        <path d="M8.2 22.6a9 9 0 0 0 15.6 0" />
      </g>
      <g fill="#fff">
        <circle cx="16" cy="7.6" r="2.2" />
        <circle cx="8.5" cy="12" r="2.2" />
        <circle cx="23.5" cy="12" r="2.2" />
      </g>
    </svg>
  );
}
