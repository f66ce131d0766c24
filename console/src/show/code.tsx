import { CopyButton } from './copy-button.tsx';
import styles from './code.module.css';

interface CodeProps {
  readonly text: string;
  /** What it is, for those who don't see it: `curl`. */
  readonly label: string;
}

/** A text for machines, with a button that copies it. Wide ones scroll by themselves. */
export function Code({ text, label }: CodeProps) {
  return (
    <div className={styles.box}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys */}
      <pre className={styles.text} tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <div className={styles.copy}>
        <CopyButton text={text} label={`Copy ${label}`} />
      </div>
    </div>
  );
}

/** Any JSON, written for people. */
export function Json({ value, label }: { readonly value: unknown; readonly label: string }) {
  return <Code text={JSON.stringify(value, null, 2)} label={label} />;
}
