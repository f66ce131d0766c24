import { ActionIcon, Anchor, Button, NavLink, type NavLinkProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes } from 'react';

/** Mantine's looks on the router's links: typed addresses, loaded when pointed at. */
export const Link = createLink(Anchor);
export const LinkButton = createLink(Button);
export const LinkIcon = createLink(ActionIcon);
export const LinkPlace = createLink(Place);

type PlaceProps = NavLinkProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof NavLinkProps>;

function Place(props: PlaceProps) {
  return <NavLink component="a" {...props} />;
}
