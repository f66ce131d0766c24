import { Anchor, type AnchorProps, Button, type ButtonProps, NavLink, type NavLinkProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

/** What an `<a>` takes beside the looks of Mantine. */
type As<P> = P & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof P> & { readonly ref?: Ref<HTMLAnchorElement> };

/** Mantine's looks on the router's links: typed addresses, loaded when pointed at. */
export const Link = createLink((props: As<AnchorProps>) => <Anchor {...props} />);
export const LinkButton = createLink((props: As<ButtonProps>) => <Button component="a" {...props} />);
export const LinkPlace = createLink((props: As<NavLinkProps>) => <NavLink component="a" {...props} />);
