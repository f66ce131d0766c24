import { Button, Modal, Stack, Text } from '@mantine/core';
import { Code } from '../../show/code.tsx';

interface ShownOnceProps {
  readonly title: string;
  /** What it is, for those who don't see it: `the key`. */
  readonly label: string;
  readonly secret: string;
  readonly children: string;
  readonly onClose: () => void;
}

/** Something that the server tells once. A click beside it does not lose it. */
export function ShownOnce({ title, label, secret, children, onClose }: ShownOnceProps) {
  return (
    <Modal
      opened
      size="lg"
      title={title}
      onClose={onClose}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Text fz="md">{children}</Text>
        <Code text={secret} label={label} />
        <Button onClick={onClose} style={{ alignSelf: 'flex-end' }}>
          I have kept it
        </Button>
      </Stack>
    </Modal>
  );
}
