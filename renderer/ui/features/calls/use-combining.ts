import { useState, type DragEvent } from 'react';
import type { CallView } from '#shared/calls/call.ts';
import { canCombine } from '../../store/call-verbs.ts';
import { useAppState, useUi, useView } from '../../store/ui-context.tsx';

/** A type of our own, so that nothing else takes what is dropped. */
const dragType = 'application/x-commute-call';

/** What a card needs so that it can be dragged onto another one and takes another one. */
export interface Combining {
  /** The card that is dragged could be dropped here; `over`: it is just above. */
  readonly drop: 'no' | 'possible' | 'over';
  readonly dragged: boolean;
  readonly handlers: {
    readonly draggable: boolean;
    onDragStart(event: DragEvent): void;
    onDragEnd(): void;
    onDragEnter(event: DragEvent): void;
    onDragOver(event: DragEvent): void;
    onDragLeave(event: DragEvent<HTMLElement>): void;
    onDrop(event: DragEvent): void;
  };
}

/** Dragging one card onto another asks what shall become of both calls. Esc lets go without a change. */
export function useCombining(call: CallView): Combining {
  const { view } = useUi();
  const calls = useAppState((app) => app.calls);
  const draggedId = useView(({ dragging }) => dragging);
  // what is unfolded has fields, whose text is selected by dragging
  const unfolded = useView(({ panel }) => panel?.call === call.id);
  const [over, setOver] = useState(false);
  const from = calls.find(({ id }) => id === draggedId);
  const possible = from !== undefined && canCombine(from, call);

  // cancelling the event is what makes a place take a drop
  function isAbove(event: DragEvent): void {
    if (!possible) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'link';
    setOver(true);
  }

  return {
    drop: possible ? (over ? 'over' : 'possible') : 'no',
    dragged: draggedId === call.id,
    handlers: {
      draggable: !call.inConference && !unfolded && calls.some((other) => canCombine(call, other)),
      onDragStart(event) {
        event.dataTransfer.setData(dragType, call.id);
        event.dataTransfer.effectAllowed = 'link';
        view.setState({ dragging: call.id, panel: null, combining: null });
      },
      onDragEnd: () => view.setState({ dragging: null }),
      onDragEnter: isAbove,
      onDragOver: isAbove,
      onDragLeave(event) {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setOver(false);
      },
      onDrop(event) {
        setOver(false);
        if (!possible) return;
        event.preventDefault();
        view.setState({ dragging: null, combining: { from: from.id, onto: call.id } });
      },
    },
  };
}
