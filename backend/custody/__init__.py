"""3C devices and weighed recyclables: who handed over what, in whose hands it is, and what became of it.

A device goes one way: booked, handed over, sealed, weighed, erased, disposed of, certified; or cancelled while it is
only booked. Each step is appended under the lock of its device and hashes the one before it. Nobody handles a device
that is their own or that they registered themselves. A device that holds data is erased, before a witness, before
anything becomes of it. Points come when it is weighed, through the ordinary path of check-ins; carbon when it is known
what became of it. A unit's asset never earns anybody anything.

Verbs: book, register, cancel, hand_over, seal, weigh, erase, dispose, certify, correct, confirm_weighing.
"""
