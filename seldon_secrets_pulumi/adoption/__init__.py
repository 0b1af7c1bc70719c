"""Adopts existing Secrets into a stack: `target_stack.read_stack`, then `plan.plan`, then `adopt.adopt`.

Nothing here needs a terminal. `python_program` writes a plan as a program instead.
"""
